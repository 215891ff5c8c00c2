"""Wyoming, both ways: bailee is called by who has a microphone, or calls it (R-02).

Wyoming has neither identity nor encryption. So an endpoint is the identity: one for each device;
and it is at loopback or a Unix socket, unless somebody said otherwise in so many words.

Import the modules by name (`running`, `upstream`).
"""
