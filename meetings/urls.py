"""Addresses of the meetings, /kokoukset/, and of the register of decisions, /paatokset/."""

from django.urls import include, path

from meetings.views import actions, attendance, decisions, feeds, inspection, items, meetings, minutes, notices, record

app_name = "meetings"
meeting_paths = [
    path("", meetings.meeting_list, name="meeting_list"),
    path("uusi/<slug:slug>/", meetings.meeting_add, name="meeting_add"),
    path("kalenteri/<slug:slug>.ics", feeds.calendar_body, name="calendar_body"),
    path("kalenteri/oma/<str:token>.ics", feeds.calendar_own, name="calendar_own"),
    path("<int:pk>/", meetings.meeting_detail, name="meeting_detail"),
    path("<int:pk>/muokkaa/", meetings.meeting_edit, name="meeting_edit"),
    path("<int:pk>/kutsu/", notices.meeting_call, name="meeting_call"),
    path("<int:pk>/kutsu/korjaa/", notices.meeting_correct, name="meeting_correct"),
    path("<int:pk>/siirra/", notices.meeting_move, name="meeting_move"),
    path("<int:pk>/peru/", notices.meeting_cancel, name="meeting_cancel"),
    path("<int:pk>/avaa/", meetings.meeting_open, name="meeting_open"),
    path("<int:pk>/lasna/", attendance.attendance_edit, name="attendance_edit"),
    path("<int:pk>/ei-paatosvaltainen/", attendance.meeting_end_without_quorum, name="meeting_end_without_quorum"),
    path("<int:pk>/siirtyneet/", items.meeting_take_up, name="meeting_take_up"),
    path("<int:pk>/asiat/uusi/", items.item_add, name="item_add"),
    path("asiat/<int:pk>/", items.item_edit, name="item_edit"),
    path("asiat/<int:pk>/siirra/", items.item_move, name="item_move"),
    path("asiat/<int:pk>/poista/", items.item_delete, name="item_delete"),
    path("<int:pk>/poytakirja/", minutes.minutes_edit, name="minutes_edit"),
    path("asiat/<int:pk>/kirjaa/", minutes.item_save, name="item_save"),
    path("asiat/<int:pk>/tarkasta/", minutes.item_inspect, name="item_inspect"),
    path("asiat/<int:pk>/tehtava/", actions.action_add, name="action_add"),
    path("tehtavat/<int:pk>/tehty/", actions.action_done, name="action_done"),
    path("<int:pk>/poytakirja/tarkastettavaksi/", inspection.minutes_submit, name="minutes_submit"),
    path("<int:pk>/poytakirja/palauta/", inspection.minutes_send_back, name="minutes_send_back"),
    path("<int:pk>/poytakirja/tarkasta/", inspection.minutes_accept, name="minutes_accept"),
    path("<int:pk>/poytakirja/vaihda-tarkastaja/", inspection.minutes_replace, name="minutes_replace"),
    path("<int:pk>/poytakirja/seuraavaan/", inspection.minutes_next_meeting, name="minutes_next_meeting"),
    path("<int:pk>/poytakirja/hyvaksy/", inspection.minutes_approve, name="minutes_approve"),
    path("<int:pk>/poytakirja/allekirjoita/", inspection.minutes_sign, name="minutes_sign"),
    path("<int:pk>/poytakirja/julkaise/", inspection.minutes_publish, name="minutes_publish"),
    path("<int:pk>/poytakirja.pdf", record.minutes_pdf, name="minutes_pdf"),
]
urlpatterns = [
    path("kokoukset/", include(meeting_paths)),
    path("omat/kalenteri/", feeds.calendar_edit, name="calendar_edit"),
    path("paatokset/", decisions.decision_list, name="decision_list"),
]
