"""The household: who lives there, what they agreed to, what they were told, who may do what.

Persons, devices and accounts are custody's; here are what they are called, what they are to each
other, and what they said. Doors use `Household`; the gate asks `HouseholdFacts`.
"""

from bailee.household.facts import HouseholdFacts
from bailee.household.service import Household

__all__ = ["Household", "HouseholdFacts"]
