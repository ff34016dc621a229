"""What Streamlit shows: the shell of the page, our routes, the session, and a widget per field type."""
