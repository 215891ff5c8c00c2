"""What is said to the assistant, and what is said near it: half for tuning, half kept out of it.

Whoever turns a knob of the ears looks at `TUNED` and `TUNED_VOICES` alone. `HELD` and `HELD_VOICES`
are for judging the result: no sentence of `HELD` stands in the ears' own background, and no
voice of `HELD_VOICES` is in the other half (pitches, speeds and noises too are told apart).
"""

from dataclasses import dataclass

from support.speech import Voice


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """Sentences.

    Attributes:
        deletions: Ask for something to be forgotten, by the names in `ROOMS` and `PERSONS`.
        others_asked: Commands that delete nothing.
        near: Sound like a deletion, and are none.
        far: Everyday talk.
    """

    deletions: tuple[str, ...]
    others_asked: tuple[str, ...]
    near: tuple[str, ...]
    far: tuple[str, ...]

    @property
    def commands(self) -> tuple[str, ...]:
        return self.deletions + self.others_asked

    @property
    def others(self) -> tuple[str, ...]:
        return self.near + self.far


ROOMS = ("kitchen", "children's room", "living room")
PERSONS = ("Leo", "Anna")

TUNED_VOICES = tuple(Voice(name=name) for name in ("slt", "kal16", "en-us", "en-gb+m3", "en-us+f4"))
HELD_FLITE = (Voice(name="awb"), Voice(name="rms"))
HELD_VOICES = (
    *HELD_FLITE,
    Voice(name="awb", speed=1.2, pitch=0.9),
    Voice(name="rms", speed=0.9, pitch=1.6),
    Voice(name="en-gb"),
    Voice(name="en-gb-scotland", speed=0.9),
    Voice(name="en-us+f2"),
    Voice(name="en-us+m7", noise_db=20),
)

TUNED = Corpus(
    deletions=(
        "delete what i just said",
        "forget that",
        "erase everything i just said",
        "delete the last thing i said",
        "delete everything i said today",
        "forget everything i said yesterday",
        "delete everything i said last week",
        "delete everything i said this morning",
        "delete everything i said on monday",
        "delete everything i said from march third to march tenth",
        "forget everything i said between four and five",
        "delete everything i said in the last hour",
        "delete everything from the kitchen",
        "delete everything on this device",
        "forget everything i said in the kitchen yesterday",
        "delete everything leo said",
        "delete everything leo said today",
        "delete everything i have ever said",
        "delete my last recording",
        "forget everything",
    ),
    others_asked=(
        "what did you hear",
        "what do you keep",
        "who listened to me",
        "stop keeping what i say",
        "what do you remember",
        "what time is it",
        "what can i say",
    ),
    near=(
        "i deleted what you just said",
        "delete everything is sad today",
        "don't delete what i just said",
        "did you delete what i said",
        "they deleted everything yesterday",
        "never forget that",
        "i forgot everything i said yesterday",
        "you should not delete everything i said",
        "he said delete everything",
        "don't forget that i am here",
        "do not erase everything from the kitchen",
        "why did you delete everything leo said",
        "everything i said today was true",
        "delete the second paragraph",
        "forget me not",
        "she deleted everything from the phone",
        "i will never forget what i just said",
        "please don't delete everything i said today",
        "what i just said is true",
        "erase the board please",
        "did you forget everything i said last week",
        "stop keeping the door open",
        "delete what",
        "the delete key is broken",
        "forget about the weather",
    ),
    far=(
        "the weather is nice today and we should go to the park",
        "can you pass me the salt please",
        "i think it is going to rain this afternoon",
        "my brother is coming for dinner on friday",
        "where did i put my glasses",
        "let's watch a movie tonight",
        "the train was late again this morning",
        "we need milk bread and butter",
        "how was school today",
        "turn on the light in the kitchen",
        "happy birthday to you",
        "the neighbors have a new dog",
    ),
)

HELD = Corpus(
    deletions=(
        "forget what i just said",
        "scratch that",
        "delete that",
        "forget everything i said today",
        "erase everything i said yesterday",
        "forget everything i said last week",
        "erase everything i said yesterday evening",
        "forget everything i said on friday",
        "erase everything i said from april second to april ninth",
        "delete everything i said between nine and ten",
        "forget everything i said in the last two hours",
        "forget everything from the living room",
        "erase everything on this speaker",
        "delete everything i said in the living room today",
        "forget everything leo said yesterday",
        "erase everything anna said",
        "forget everything i have ever said",
        "erase my last message",
        "delete all my recordings",
        "please delete what i just told you",
    ),
    others_asked=(
        "what have you heard",
        "what do you keep of me",
        "who has listened to my recordings",
        "stop recording me",
        "what do you know about me",
        "what is the time",
        "what can i ask you",
    ),
    near=(
        "i have deleted what you told me",
        "deleting everything would be sad today",
        "please do not delete what i just told you",
        "have you deleted what i just said",
        "somebody deleted everything last monday",
        "you must never forget what i just said",
        "we forgot everything he said last week",
        "nobody should delete everything i said today",
        "my teacher said forget everything i said",
        "don't ever forget that please",
        "they did not erase everything from the living room",
        "when did you delete everything leo told you",
        "everything leo said yesterday was a lie",
        "delete the photos from the camera on monday",
        "i can't forget everything leo said",
        "the cat deleted everything i wrote yesterday",
        "i almost forgot what i just said",
        "would you please not delete everything i said",
        "what i said last week is still true",
        "erase the whiteboard in the kitchen after lunch",
        "has he forgotten everything i said this morning",
        "stop keeping the window open at night",
        "delete what exactly",
        "i pressed delete and everything was gone",
        "forget about everything and come with us",
        "leo deleted everything from the kitchen computer",
        "anna forgot what i just said",
        "you deleted everything i have ever said",
        "do you think i should delete everything i said today",
        "it would be wrong to erase everything i said",
        "deleted what i just said",
        "don't scratch that",
        "scratch that itch for me",
        "we deleted all my recordings of the concert",
        "never delete all my recordings",
        "all my recordings were deleted last week",
        "he wants to forget everything i said in the last hour",
        "please tell anna to delete the last message from her phone",
        "the last thing i said was important",
        "i didn't say delete everything from the living room",
        "if i say delete everything what happens",
        "forget the umbrella it is not going to rain",
        "i would rather forget everything i said on friday night at the party",
        "she told me to forget that and go home",
        "remember everything i said today",
        "repeat everything i said today",
        "did leo delete everything he said",
        "the movie is called erase everything",
        "delete everything leo drew on the wall",
        "delete nothing i said today",
        "forget nothing i have ever said",
        "keep everything i said yesterday",
        "complete everything i said today",
        "repeat what i just said",
        "believe what i just said",
        "the lead is what i just said",
        "forgive everything i said yesterday",
        "i regret everything i said yesterday",
        "i meant everything i said last week",
        "do you believe everything leo said",
        "she forgave everything leo said",
        "there is everything from the kitchen in the box",
        "bring everything from the living room",
        "read everything i have ever said",
        "who deletes everything i say on this device",
        "was everything on this device deleted yesterday",
        "let us not forget what leo said today",
        "i wish i could delete what i just said",
        "maybe we could forget that for a while",
        "he always forgets what i just said",
        "you forgot to delete what i said",
    ),
    far=(
        "the soup needs a little more pepper",
        "have you seen the blue jacket i bought last winter",
        "our flight leaves at half past seven",
        "the doctor will call back on thursday",
        "i am reading a book about the history of rome",
        "put the dishes in the machine before you leave",
        "the garden looks beautiful after the rain",
        "she plays the piano in the living room every evening",
        "we are out of coffee again",
        "could somebody answer the door",
        "my grandmother was born in eighteen ninety nine",
        "the battery of my phone is almost empty",
        "he runs five miles before breakfast",
        "it smells like something is burning in the kitchen",
        "the children are playing outside with leo",
        "i have to finish this report by monday",
        "turn the volume down a little",
        "set a timer for twelve minutes",
        "play the album that we heard in the car",
        "how far is it to the next station",
        "there was a strange noise on the roof last night",
        "my favorite color is green",
        "the bank is closed on public holidays",
        "do you want to play cards with us",
        "the bicycle has a flat tire",
        "anna is learning to swim",
        "what a wonderful surprise",
        "tomorrow will be warmer than today",
        "the recipe says two cups of flour",
        "i lost my wallet somewhere between home and work",
        "that joke was not funny at all",
        "the firemen came at three in the morning",
        "we should paint the fence in the spring",
        "remember to water the plants",
        "the test had twenty questions and i knew them all",
        "they moved to the country in september",
        "is there any cake left",
        "the television is too loud for me",
        "he lives in the house with the red door",
        "i will meet you at the library at noon",
        "this shirt was cheaper in the other shop",
        "the river is frozen this year",
        "who wants the last piece of pizza",
        "our team won by two goals",
        "the elevator stopped between four and five",
        "yesterday i said goodbye to an old friend",
        "last week was the longest of the year",
        "this device needs a new plug",
        "the radio in the kitchen says it will snow",
        "leave the window open tonight",
        "i just said hello to the man next door",
        "we told everybody about the concert",
        "the message from the school came on friday",
        "put everything on the table please",
    ),
)
