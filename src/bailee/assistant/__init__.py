"""The assistant: what is said to it, what it does, what it says.

Words alone, no clock and no network::

    phrases = load_phrases("en")                        # phrases: a file a translator can edit
    names = Names(
        places=(("kitchen", device_id), ("kitchen speaker", device_id)),
        persons=(("Leo", leo_id),),
    )
    reader = Reader(phrases, names)                     # reading
    command = reader.read("Delete everything I said yesterday, please.")   # Command | None
    reader.understand("delete everything from the den")  # Command | Unclear | None
    reader.sentences()                                  # Iterator[str], for a language model

    span = resolve(command.scope.when, now_ms, zone)    # dates: Span | Refused
    is_wide(command.scope, span, zone)                  # dates: True: ask once, with numbers

    saying = Saying(phrases)                            # saying
    what = saying.what(command.scope, span, now_ms, zone)  # “what you said yesterday”
    saying.say(Answer.FORGOT, count=3, what=what)
    saying.when(refused.when)                           # of a time that is none: what was understood
    saying.time(now_ms, zone)                           # “ten past seven”
    saying.listed(["audio", "words"])                   # “audio and words”

And the conversation itself, over a household and its custody::

    room = ConversingRoom(                              # room: implements `types.turn.Room`
        house, endpoint, phrases=phrases, names=names, clock=clock, later=later,
        judge=partial(judge, understand=reader.understand),  # judging: two opinions
    )
    reply = room.begin().heard(heard, sound)

`Command.is_half_open` says that “in the morning or in the afternoon?” is to be asked first, and
`Command.answered` puts in what is answered.
"""
