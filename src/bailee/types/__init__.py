"""The words everyone shares: frozen values, closed lists and the Protocols rooms meet through."""
