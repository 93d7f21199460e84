"""Rows of the table of tests/test_access.py: the life of working groups, key projects, the secretariat's desk.

P is a group proposed under area A, with no decision about it yet; the rest as told in tests/test_access.py.
"""

GROUPS = """
method address                     about     anon keep form exp  out  oth  gch  mem  dir  sec  cha  coo  wri  ins
GET    workinggroups:group_detail  P         .    .    .    .    .    .    .    .    200  200  200  200  .    .
GET    network:body_roster         P         .    .    .    .    .    .    .    .    200  200  200  200  .    .
GET    workinggroups:group_propose A         log  .    .    .    .    .    .    .    200  200  200  200  .    .
POST   workinggroups:group_propose A         log  .    .    .    .    .    .    .    200  200  200  200  .    .
GET    workinggroups:group_edit    P         log  .    .    .    .    .    .    .    200  200  200  200  .    .
POST   workinggroups:group_edit    P         log  .    .    .    .    .    .    .    200  200  200  200  .    .
GET    workinggroups:group_edit    G         log  .    .    .    .    .    200  .    .    200  200  200  .    .
POST   workinggroups:group_edit    G         log  .    .    .    .    .    302  .    .    302  302  302  .    .
GET    workinggroups:group_activate P        log  .    .    .    .    .    .    .    .    .    200  200  .    .
POST   workinggroups:group_activate P        log  .    .    .    .    .    .    .    .    .    200  200  .    .
POST   workinggroups:group_activate G        log  .    .    .    .    .    .    .    .    .    409  409  .    .
GET    workinggroups:group_extend  G         log  .    .    .    .    .    .    .    .    .    200  200  .    .
POST   workinggroups:group_extend  G         log  .    .    .    .    .    .    .    .    .    200  200  .    .
POST   workinggroups:group_extend  P         log  .    .    .    .    .    .    .    .    .    409  409  .    .
GET    workinggroups:group_close   G         log  .    .    .    .    .    .    .    .    .    200  200  .    .
POST   workinggroups:group_close   G         log  .    .    .    .    .    .    .    .    .    200  200  .    .
GET    workinggroups:group_close   P         log  .    .    .    .    .    .    .    .    .    200  200  .    .
GET    workinggroups:expert_propose G        log  .    .    .    .    .    200  .    .    200  200  200  .    .
POST   workinggroups:expert_propose G        log  .    .    .    .    .    200  .    .    200  200  200  .    .
POST   workinggroups:proposal_confirm G      log  .    .    .    .    .    .    .    .    .    302  302  .    .
POST   workinggroups:proposal_refuse G       log  .    .    .    .    .    .    .    .    .    302  302  .    .
GET    workinggroups:deliverable_edit G      log  .    .    .    .    .    200  .    .    200  200  200  .    .
POST   workinggroups:deliverable_edit G      log  .    .    .    .    .    200  .    .    200  200  200  .    .
POST   workinggroups:deliverable_accept G    log  .    .    .    .    .    .    .    .    .    302  302  .    .
GET    serviceareas:area_edit      A         log  .    .    .    .    .    .    .    200  200  200  200  .    .
POST   serviceareas:area_edit      A         log  .    .    .    .    .    .    .    302  302  302  302  .    .
GET    serviceareas:project_add    A         log  .    .    .    .    .    .    .    200  200  200  200  .    .
POST   serviceareas:project_add    A         log  .    .    .    .    .    .    .    200  200  200  200  .    .
GET    serviceareas:project_edit   A         log  .    .    .    .    .    .    .    200  200  200  200  .    .
POST   serviceareas:project_edit   A         log  .    .    .    .    .    .    .    200  200  200  200  .    .
"""

DESK = """
method address                     about     anon keep form exp  out  oth  gch  mem  dir  sec  cha  coo  wri  ins
GET    network:search              -         200  200  200  200  200  200  200  200  200  200  200  200  200  200
GET    workinggroups:office        -         log  .    .    .    .    .    .    .    .    .    .    200  .    .
GET    network:person_merge        -         log  .    .    .    .    .    .    .    .    .    .    200  .    .
POST   network:person_merge        -         log  .    .    .    .    .    .    .    .    .    .    200  .    .
GET    network:envelope_repost     -         log  .    .    .    .    .    .    .    .    .    .    200  .    .
POST   network:envelope_repost     -         log  .    .    .    .    .    .    .    .    .    .    302  .    .
GET    network:term_correct        A         log  .    .    .    .    .    .    .    .    .    .    200  .    .
POST   network:term_correct        A         log  .    .    .    .    .    .    .    .    .    .    200  .    .
GET    network:body_addresses      A         log  .    .    .    .    .    .    .    200  200  200  200  .    .
GET    network:body_addresses      G         log  .    .    .    .    .    200  .    .    200  200  200  .    .
GET    network:body_addresses      P         log  .    .    .    .    .    .    .    .    .    .    200  .    .
"""
