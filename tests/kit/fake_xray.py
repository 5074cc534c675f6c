"""An X-Ray that answers as a test tells it, for what the local cloud never does."""

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Refusal(Exception):
    """An error of the service."""

    def __init__(self, code, status=400):
        super().__init__(code)
        self.code = code
        self.status = status


class FakeXRay:
    """``traces`` maps ids to lists of segment documents; ``requests`` has each call: path and input.

    Attributes
    ----------
    unprocessed : set
        Ids that BatchGetTraces always leaves unprocessed
    searched : dict
        Traces that only Transaction Search has; None refuses its operations
    statuses : list
        What ListRetrievedTraces tells before it is COMPLETE
    before : callable
        Called with each request before it is answered; may raise a Refusal
    """

    def __init__(self):
        self.traces = {}
        self.unprocessed = set()
        self.searched = None
        self.statuses = []
        self.before = lambda path, body: None
        self.requests = []
        self.lock = threading.Lock()
        self.url = ""

    def calls(self, path):
        return [body for called, body in self.requests if called == path]

    def answer(self, path, body):
        with self.lock:
            self.requests.append((path, body))
            self.before(path, body)
            return {
                "/Traces": self._batch_get_traces,
                "/StartTraceRetrieval": self._start,
                "/ListRetrievedTraces": self._list,
            }[path](body)

    def _batch_get_traces(self, body):
        ids = body["TraceIds"]
        if len(ids) > 5:
            raise Refusal("InvalidRequestException")
        found = [i for i in ids if i in self.traces and i not in self.unprocessed]
        return {
            "Traces": [
                {"Id": i, "Duration": 1.5, "Segments": self._documents(self.traces[i])}
                for i in found
            ],
            "UnprocessedTraceIds": [i for i in ids if i in self.unprocessed],
        }

    def _start(self, body):
        if self.searched is None:
            raise Refusal("UnknownOperationException", 404)
        self.wanted = body["TraceIds"]
        return {"RetrievalToken": "t"}

    def _list(self, body):
        assert body["RetrievalToken"] == "t"
        assert body["TraceFormat"] == "XRAY"
        if self.statuses:
            return {"RetrievalStatus": self.statuses.pop(0), "Traces": []}
        traces = [
            {"Id": i, "Duration": 2.5, "Spans": self._documents(self.searched[i])}
            for i in self.wanted
            if i in self.searched
        ]
        page = int(body.get("NextToken", 0))
        out = {"RetrievalStatus": "COMPLETE", "Traces": traces[page : page + 1]}
        if page + 1 < len(traces):
            out["NextToken"] = str(page + 1)
        return out

    @staticmethod
    def _documents(segments):
        return [
            {"Id": s["id"], "Document": json.dumps(s)} if isinstance(s, dict) else {"Document": s}
            for s in segments
        ]


@contextmanager
def running(fake):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            status, headers = 200, {}
            try:
                out = fake.answer(self.path, body)
            except Refusal as refusal:
                status, out = refusal.status, {"message": "refused"}
                headers["x-amzn-ErrorType"] = refusal.code
            text = json.dumps(out).encode()
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    fake.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield fake
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
