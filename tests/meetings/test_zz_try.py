import sys,time,resource
from tests.meetings import records
from meetings import pdf
import pytest, pathlib
@pytest.mark.django_db
def test_try(settings,tmp_path):
    settings.MEDIA_ROOT=str(tmp_path)
    m=records.signed_minutes(items=8, texts={"discussion":records.LIST+"\n\n"+records.TABLE+"\n\n**lihava** *kursiivi* `koodi` ǩ ǥ → ✓ ≥ “q” – ½ ² ŋ š ž đ"})
    t=time.time(); pdf.publish(m.pk); print('1st',time.time()-t)
    m.refresh_from_db(); print(m.state,m.trouble,m.pdf.name)
    pathlib.Path('/tmp/rec/out.pdf').write_bytes(m.pdf.read())

@pytest.mark.django_db
def test_prof(settings,tmp_path):
    import cProfile,pstats
    settings.MEDIA_ROOT=str(tmp_path)
    m=records.signed_minutes(items=8, texts={"discussion":records.LIST+"\n\n"+records.TABLE})
    d=m.digest(); pr=pdf.Printed(m,pdf.Edition.WHOLE,d,m.publishing_at)
    t=time.time(); pdf.refuse_missing_glyphs(pr); print('glyph',time.time()-t)
    t=time.time(); pdf.refuse_missing_glyphs(pr); print('glyph2',time.time()-t)
    t=time.time(); pdf.html_of(pr); print('html',time.time()-t)
    t=time.time(); pdf.render(pr); print('r1',time.time()-t)
    p=cProfile.Profile(); p.enable(); t=time.time(); pdf.render(pr); print('r2',time.time()-t); p.disable()
    pstats.Stats(p).sort_stats('cumtime').print_stats(35)
