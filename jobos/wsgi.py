"""The WSGI application that gunicorn serves."""

import os

from django.core.wsgi import get_wsgi_application

from jobos.checks import refuse_unsafe_settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jobos.settings")
os.environ.setdefault("JOBOS_WEB", "true")
application = get_wsgi_application()
refuse_unsafe_settings()
