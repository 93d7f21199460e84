# Each target is one call of bootstrap.py, which prepares what it needs. Variables: PORT, DATABASE_URL, DEMO,
# PORTAL_HOME (run); ROW=F11,N5 and ARGS="-k name" (test); ARGS="command" (manage).

# The first Python that runs and is new enough. The system's own comes first: it is built with optimisations that a
# version manager's lacks, which takes a third longer for a page, and may be a stand-in that does not run at all.
PYTHON := $(shell for python in /usr/bin/python3 python3 python3.13 python3.12 python3.11; do \
	"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo "$$python" && break; done)

.PHONY: run test check rows shots doctor manage lock
run test check rows shots doctor manage lock:
	$(if $(PYTHON),,$(error Python 3.11 or newer is needed. On Debian 12: apt-get install python3))
	@exec $(PYTHON) bootstrap.py $@
