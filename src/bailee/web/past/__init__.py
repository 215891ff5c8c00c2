"""What happened and who looked, in the words of people."""
