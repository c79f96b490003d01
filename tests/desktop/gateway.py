"""An SMS gateway for the journeys. It answers what the file `answer` in its folder says (a status,
or `nothing`), and keeps what it took with a 200 as files in the folder `sent`."""

import http.server
import pathlib
import sys
import threading
import urllib.parse

PORT, FOLDER = int(sys.argv[1]), pathlib.Path(sys.argv[2])


class Gateway(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        posted = self.rfile.read(int(self.headers["Content-Length"])).decode()
        answer = (FOLDER / "answer").read_text().strip()
        if answer == "nothing":
            threading.Event().wait()
        if answer == "200":
            form = urllib.parse.parse_qs(posted)
            sent = FOLDER / "sent"
            number = len(list(sent.iterdir()))
            part = FOLDER / "part"
            part.write_text(form["to"][0] + "\n" + form["text"][0] + "\n")
            part.rename(sent / f"{number:04}")
        self.send_response(int(answer))
        if answer == "429":
            self.send_header("Retry-After", "2")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


http.server.ThreadingHTTPServer(("127.0.0.1", PORT), Gateway).serve_forever()
