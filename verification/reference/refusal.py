"""A question the stand-in refuses, with TensorFlow's code and words."""
import grpc

#: HTTP status of each code, as TensorFlow Serving's REST front-end maps them.
HTTP_STATUS = {
    grpc.StatusCode.CANCELLED: 499,
    grpc.StatusCode.INVALID_ARGUMENT: 400,
    grpc.StatusCode.FAILED_PRECONDITION: 400,
    grpc.StatusCode.OUT_OF_RANGE: 400,
    grpc.StatusCode.UNAUTHENTICATED: 401,
    grpc.StatusCode.PERMISSION_DENIED: 403,
    grpc.StatusCode.NOT_FOUND: 404,
    grpc.StatusCode.ALREADY_EXISTS: 409,
    grpc.StatusCode.ABORTED: 409,
    grpc.StatusCode.RESOURCE_EXHAUSTED: 429,
    grpc.StatusCode.UNIMPLEMENTED: 501,
    grpc.StatusCode.UNAVAILABLE: 503,
    grpc.StatusCode.DEADLINE_EXCEEDED: 504,
}

BY_NUMBER = {code.value[0]: code for code in grpc.StatusCode}


class Refusal(Exception):
    def __init__(self, code, message):
        super().__init__(message)
        self.code = code
        self.message = message

    @property
    def http_status(self):
        return HTTP_STATUS.get(self.code, 500)


def invalid(message):
    return Refusal(grpc.StatusCode.INVALID_ARGUMENT, message)


def not_found(message):
    return Refusal(grpc.StatusCode.NOT_FOUND, message)


def from_tensorflow(error):
    """An error of a TensorFlow operation: its code and its own words, without the Python stack it carries."""
    code = BY_NUMBER.get(error.error_code, grpc.StatusCode.UNKNOWN)
    words = str(error.message).removeprefix("Graph execution error:\n\n")
    return Refusal(code, words.split("\n\nOriginal stack trace", 1)[0])
