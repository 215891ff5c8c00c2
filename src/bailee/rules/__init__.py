"""Rules: what is kept how long, what an entry may say, what a trace must show.

Pure: values and one time in, values out.
"""
