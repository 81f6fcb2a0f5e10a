"""The ASGI application, for servers that want one."""

import os

from django.core.asgi import get_asgi_application

from jobos.checks import refuse_unsafe_settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jobos.settings")
os.environ.setdefault("JOBOS_WEB", "true")
application = get_asgi_application()
refuse_unsafe_settings()
