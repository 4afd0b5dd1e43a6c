"""Arabic dates in Latin letters, as phones without an Arabic keyboard write them.

Moroccan first, then Gulf and Levantine; digits stand for letters that Latin lacks (3 for ع, 7 for
ح). The tables have the form of those in `lexicon/words`.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.arabic.dates.lexicon.senses import PartOfDay, SameDay, Sense

CHAT: Mapping[Sense, Mapping[int, str]] = {
    Sense.WEEKDAY: {
        0: "tnin ltnin letnin tnayn ithnin itnein",
        1: "tlat tlata ltlat tletaa thulatha talata",
        2: "larb3 larb3a lerb3 larba3 arb3a arbe3a",
        3: "lkhmis khmis lekhmis khamis alkhamis elkhamis",
        4: "jm3a ljm3a jem3a jom3a jum3a jomo3a eljom3a aljom3a",
        5: "sebt ssebt sabt essabt assabt",
        6: "l7ed l7edd 7ed lhed a7ad al7ad el7ad al2a7ad",
    },
    Sense.DAY_OFFSET: {
        0: "lyoum lyouma lyom elyoum alyoum ilyom elyom",
        1: "ghedda ghda ghadda ghdda gheda bokra bukra boukra bukrah bokrah",
        2: "ba3d_ghedda ba3d_ghda b3d_ghedda b3d_ghda men_ba3d_ghedda ba3d_bokra ba3d_bukra "
        "b3d_bokra b3d_bukra",
    },
    Sense.DAY_MARK: {1: "nhar youm yom yawm"},
    Sense.HOUR_MARK: {1: "m3a ma3a sa3a essa3a elsa3a alsa3a"},
    Sense.PART: {
        PartOfDay.MORNING: "sbah ssbah sba7 ssba7 sob7 elsob7 essob7 saba7an",
        PartOfDay.ASHIYA: "l3chiya la3chiya 3chiya l3achiya",
        PartOfDay.EVENING: "masa2 elmasa almasa",
        PartOfDay.NIGHT: "lil llil bellil blayl billeil",
    },
    Sense.NEXT: {1: "jay jaya jaye ljay ljaya eljay eljaye aljay lli_jay li_jay elli_jay"},
    Sense.FRACTION: {15: "rba3 rob3 ruba3 rb3", 30: "ns nss noss nuss"},
    Sense.AND: {1: "w wa"},
    Sense.EVERY: {1: "kol koul kull kul"},
    Sense.AFTER: {1: "mor mora men_mora mn_mora ba3d b3d"},
    Sense.PRAYING: {1: "salat slat salah"},
    Sense.PRAYER: {
        0: "lfjer lfajr elfajr alfajr",
        2: "l3asr el3asr al3asr",
        3: "lmaghrib lmghrib elmaghrib almaghrib elmaghreb",
        4: "l3icha l3cha el3isha al3isha",
    },
    Sense.SPOKEN_PRAYER: {
        0: "fajr fjer",
        1: "dohr ddohr dhuhr duhr",
        2: "3asr",
        3: "maghrib maghreb",
        4: "3isha 3icha 3cha",
    },
    Sense.SAME_DAY: {
        SameDay.SAID: "lmowafi9 lmouafi9 lmowafe9 almowafi9 elmowafe9 almuwafiq lmosadif almosadif",
        SameDay.BETWEEN_DAYS: "ya3ni y3ni li_howa lli_howa",
    },
    Sense.FILLER: {1: "dyal dial d f fi b fel fe"},
}
