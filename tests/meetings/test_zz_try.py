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
