"""The door for programs: HTTP under ``/v1``, whose contract is its OpenAPI document."""
