"""Words that say nothing of what is looked for: question words, pronouns, particles and the verbs of asking."""

_FINNISH = """
ja tai sekä eli mutta vaan vaikka että jotta koska kun kuin jos niin myös ei en et emme ette eivät älä
on onko ole olla ollut olen olet olemme olette ovat oli olivat olisi ollaan oliko
mikä mitä mitkä minkä mille millä miltä missä mistä mihin miksi miten kuinka milloin koska monta montako paljonko
millainen millaisia millaista millaiset minkälainen minkälaisia minkälaiset kuka ketkä ketä kenen kenelle keneltä
kumpi joka jotka jota joita jonka joiden jolla joilla jossa joissa josta joista johon joihin
tämä tätä tämän tässä tästä tähän nämä näitä näiden se sen sitä siinä siitä siihen ne niitä niiden niistä niissä
minä minun minua me meidän meitä meille sinä te teidän hän hänen he heidän
voi voiko voivat voidaan voinko saa saako saada saadaan pitää pitääkö täytyy tulee tuleeko pitäisi
löytyy löytyykö löydän löytää etsi etsin hae haen haluan haluaisin tarvitsen kerro kertoo kerrotaan sanoo sanotaan
sanotaanko sovittu sovittiin tehdään tehtiin tehty
mukaan mukaisesti kanssa varten vastaan vuoksi aikana jälkeen ennen kautta liittyvä liittyvät liittyen koskeva
koskevat koskien koskee koskeeko suhteen osalta
mm esim jne ns noin vain jo nyt sitten vielä enää kai kaikki muu muut
"""
_SWEDISH = """
och eller men att som om när då så inte ej är var vara varit blir blev bli har hade ha kan kunde ska skall skulle
bör måste får fick vad vem vilka vilken vilket vilkas hur varför varifrån vart där här
i på av för till från med utan under över vid mellan hos mot efter före enligt inom genom kring gällande angående
en ett den det de dem dess denna detta dessa sin sitt sina man vi oss vår våra vårt ni er jag mig min du han hon
finns finnas hitta hittar söker sök vill behöver berätta säger sägs göra gör görs gjort många mycket
också bara nu redan ännu alla allt andra ang mm
"""
_ENGLISH = """
and or but that if when then so not is are was were be been being has have had can could shall should will would
may must what who whom which whose how why where when there here do does did done
in on at of for to from with without under over by between against after before into about within through during
a an the this these those it its we us our you your i my he she they them their
find finds finding show tell need needs want wants looking please any some all also only now get me
"""

STOP_WORDS = frozenset((_FINNISH + _SWEDISH + _ENGLISH).split())
