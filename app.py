"""OneFill in the browser: ``streamlit run app.py``.

``app`` is a literal call, because Streamlit finds it by reading this file.
"""

import streamlit as st

from onefill.ui.address import refuse_open_address
from onefill.ui.guard import on_script_error
from onefill.ui.logs import set_up
from onefill.ui.routes import ROUTES
from onefill.ui.shared import the_settings
from onefill.ui.shell import MIDDLEWARE

settings = the_settings()
set_up(settings.log)
refuse_open_address(
    st.config.get_option("server.address"), proxied=settings.people != "none" and bool(settings.proxies)
)

app = st.App("onefill/ui/main.py", routes=ROUTES, middleware=MIDDLEWARE, on_script_error=on_script_error)
