"""Misspelt words are mended only where no dictionary knows them."""

from __future__ import annotations

import pytest

from clappper.core.planning.spelling import MAX_WORDS, correct_spelling

MENDED = {
    "teh ofice": "the office",
    "a wharehouse": "a warehouse",
    "8 chairs arond the tabel": "8 chairs around the table",
    "metting room": "meeting room",
    "three bolards": "three bollards",
    "thre desks nxt to the wal": "three desks next to the wall",
    "camra form above": "camera from above",
    "put tow pallets": "put two pallets",
    "Creat an office": "Create an office",
    "creat an office": "create an office",
    "a warm sunest": "a warm sunset",
    "8 chars": "8 chairs",
    "a meating room": "a meeting room",
    "at the golden huor": "at the golden hour",
    "infront of the door": "in front of the door",
    "infornt of the door": "in front of the door",
    "a ware house": "a warehouse",
    "at sun set": "at sunset",
    "a meeting rom": "a meeting room",
    "a plant in each coner": "a plant in each corner",
    "a meetingroom": "a meeting room",
    "with for forklifts": "with four forklifts",
    "an old wearhouse": "an old warehouse",
    "6 cnoes": "6 cones",
    "six descs": "six desks",
    "next ot the door": "next to the door",
    "a long stret": "a long street",
    "a rooom": "a room",
    "two palet raks": "two pallet racks",
    "evry desk": "every desk",
    "4 shelving unts": "4 shelving units",
    "sixx deks": "six desks",
    "one dsek": "one desk",
    "6 traffic conse": "6 traffic cones",
    "a low angel shot": "a low angle shot",
    "camera form abvoe": "camera from above",
    "an ariel view": "an aerial view",
    "the camera orbtis": "the camera orbits",
    "a roll up dor": "a roll-up door",
}
KEPT = [
    "a unicorn and a banner",
    "Anna and Wendt stand near the door",
    "a chain, a cable and a stable",
    "form the chairs into a circle",
    "tow the car",
    "a big house and a ware",
    "the chars of the code",
    "space for forklifts",
    "the WAL file",
    "came, got and began",
    "she chose the intro slides and filed them",
    "a convergence of two confluences",
    "an angel with wings",
    "the cats rake the hay and bake a cake",
    "a mono track, a sine wave and a fave song",
    "please deport nobody, lest they sing psalms",
]


@pytest.mark.parametrize(("said", "meant"), MENDED.items())
def test_correct_spelling_mends(said: str, meant: str) -> None:
    corrected = correct_spelling(said)
    assert corrected.text.lower() == meant.lower()
    assert corrected.notes


@pytest.mark.parametrize("text", KEPT)
def test_correct_spelling_keeps_words_that_mean_something(text: str) -> None:
    assert correct_spelling(text) == (text, [])


#: Words of everyday English; none of them is a slip of another.
ORDINARY = (
    "able about account ache acre actor afraid agent aim alarm angle animal answer apple "
    "april arch arm army artist attic aunt autumn badge baker ball band bank barn base bath "
    "beach bean beard beast bell belt bench bird blade blank blind blood board boat bone "
    "boost borrow boss bottle bowl brain branch bread brick bridge brief brother brush bucket "
    "bull bunch butter cabin cable cage cake camel camp candle cape captain care carrot cart "
    "case cash castle cattle cause cave chain chalk charm chase cheap cheek cheese cherry "
    "chest chief child chin choir chose clay clerk cliff cloth cloud club coach coal coast "
    "coat coin comb cone cook copper coral cord corn cost cotton count cousin crab crane "
    "crash cream creek crew crime crop cross crowd crown cruise cube curve dance dark dear "
    "deck deer dent diary dish dock dome draft dragon dream dress drift drink drop drug drum "
    "duck dust eagle ear east edge empire engine error event eye fable face fact fame farm "
    "fast fault feast fence fever fiction field fig film final fire fish flag flame flash "
    "flock flood flow flute foam fold form fort fossil fox fresh frog frost fruit fuel gain "
    "game gate gear ghost giant gift glass glove goal goat gold grain grape grass grave "
    "ground guard guess guest habit hammer hand harbor hat hawk heart heat hedge herb hero "
    "hill hint hole honey hook horn horse host house hunt island ivory jacket jail jam jewel "
    "joke judge juice jungle keen kettle kick king kiss kite knee knife knot label lace lake "
    "lamb lane lawn layer leaf leg lemon lens lid lime lion lip liver loan local log logic "
    "loop loss loud luck lung magic mail main maple march mark mask mass master match meal "
    "meat medal melon mercy merit mice mild milk mill mind mint mirror moon moss moth mouth "
    "movie mud muscle music nail name neck nerve nest net news noon nose nurse oak ocean "
    "olive onion orbit organ oven owl pace pain pair palm panel paper park part path peace "
    "peach pearl pen pepper phone piano pile pill pilot pine pipe plan plane plate plot plug "
    "plum poem poet pond pool port pot powder power prayer press pride prince prize proof "
    "pulse queen race radar rail rain rake rank rat ray reef rice ring risk river road robe "
    "rock roof root rope rose ruby rule sail salad salt sand scale scarf school score scout "
    "sea seal seed shade shape shark shed sheep shell shield shift ship shirt shoe shop shore "
    "sign silk silver singer skin skirt sky slope smile smoke snake snow soap soil song soup "
    "spark spear spice spider spoon spring staff star steam steel stem stick stock stone "
    "storm stove straw stream string sugar suit sun swamp swan table tail tale tank tape task "
    "taste tax tea team tear tent term test thief thigh thread throat thumb tide tiger tile "
    "tin tire title toast toe tone tool tooth torch tour tower town toy trace trade train "
    "trap treat tree trial tribe trick trip truck tube tune twin type uncle valley van vase "
    "veil vein verse vest village vine violin voice vote wage wagon waist wave wax weed week "
    "whale wheat wheel whip widow wind wine wing wire wolf wool word worm wrist yard year "
    "youth zebra zone "
)


def test_correct_spelling_keeps_ordinary_words() -> None:
    mended = {
        word: corrected.text
        for word in ORDINARY.split()
        if (corrected := correct_spelling(f"say {word} again")).notes
    }
    assert mended == {}


def test_correct_spelling_tells_what_was_read() -> None:
    assert correct_spelling("teh desk, teh door").notes == ["“teh” is read as “the”."]


def test_correct_spelling_looks_at_a_bounded_number_of_words() -> None:
    words = [f"{a}{b}{c}qq" for a in "bcdfghjk" for b in "lmnpqrst" for c in "vwxzbcdf"]
    long = " ".join([*words[:MAX_WORDS], "arond"])
    assert correct_spelling(long) == (long, [])
    assert correct_spelling("arond").text == "around"
