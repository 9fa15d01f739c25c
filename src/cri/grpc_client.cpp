#include "cri/grpc_client.hpp"

#include <algorithm>
#include <cstring>
#include <map>

#include "loop/curl_on_loop.hpp"
#include "support/text.hpp"

namespace k8s_node::cri {

namespace {

using std::chrono::milliseconds;

/// A gRPC message is preceded by a compression byte and its length.
constexpr std::size_t prefix_size = 5;
constexpr std::size_t largest_answer = std::size_t{16} << 20;
/// So the server gives up first and reports what it was doing.
constexpr milliseconds margin{2000};

std::string framed(std::string_view message) {
    std::string out(1, '\0');
    for (int shift = 24; shift >= 0; shift -= 8) {
        out += static_cast<char>(message.size() >> static_cast<unsigned>(shift) & 0xffU);
    }
    return out.append(message);
}

/// The response to one call; libcurl's callbacks fill it.
struct Answer {
    std::string body;
    std::map<std::string, std::string> headers; ///< including trailers

    static std::size_t on_data(const char* data, std::size_t one, std::size_t count, void* self) {
        auto& body = static_cast<Answer*>(self)->body;
        if (body.size() + one * count > largest_answer) {
            return 0;
        }
        body.append(data, one * count);
        return one * count;
    }

    static std::size_t on_header(const char* data, std::size_t one, std::size_t count, void* self) {
        const std::string_view line(data, one * count);
        const auto colon = line.find(':', 1);
        if (colon != std::string_view::npos) {
            static_cast<Answer*>(self)->headers[std::string(line.substr(0, colon))] =
                trim(line.substr(colon + 1));
        }
        return one * count;
    }
};

void prepare(CURL* curl, const std::string& socket, const std::string& method, Answer& answer) {
    set_option(curl, CURLOPT_UNIX_SOCKET_PATH, socket.c_str());
    set_option(curl, CURLOPT_URL, ("http://localhost" + method).c_str());
    set_option(curl, CURLOPT_PROXY, "");
    set_option(curl, CURLOPT_HTTP_VERSION, long{CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE});
    set_option(curl, CURLOPT_NOSIGNAL, 1L);
    set_option(curl, CURLOPT_WRITEFUNCTION, &Answer::on_data);
    set_option(curl, CURLOPT_WRITEDATA, static_cast<void*>(&answer));
    set_option(curl, CURLOPT_HEADERFUNCTION, &Answer::on_header);
    set_option(curl, CURLOPT_HEADERDATA, static_cast<void*>(&answer));
}

CallError no_answer(CURL* curl, CURLcode code, const std::string& socket, milliseconds deadline) {
    long error_number = 0;
    libcurl().easy_getinfo(curl, CURLINFO_OS_ERRNO, &error_number);
    if (code == CURLE_OPERATION_TIMEDOUT) {
        return {CallError::deadline_exceeded, "the container runtime behind " + socket +
                                                  " did not respond within " +
                                                  std::to_string(deadline.count() / 1000) + " s"};
    }
    const std::string why = error_number != 0 ? std::strerror(static_cast<int>(error_number))
                                              : libcurl().easy_strerror(code);
    return {CallError::unavailable,
            "the container runtime behind " + socket + " does not respond: " + why};
}

/// Returns the message of a successful response, else throws.
std::string message_of(const Answer& answer) {
    const auto header = [&](const char* name) {
        const auto found = answer.headers.find(name);
        return found == answer.headers.end() ? std::string() : found->second;
    };
    const auto status = parse_integer(header("grpc-status"));
    if (!status) {
        throw CallError(CallError::unavailable, "the response does not come from a gRPC server");
    }
    if (*status != 0) {
        throw CallError(static_cast<int>(*status), percent_decoded(header("grpc-message")));
    }
    return answer.body.substr(std::min(prefix_size, answer.body.size()));
}

} // namespace

std::string GrpcClient::call(const std::string& method, std::string_view request,
                             milliseconds deadline) const {
    // A new connection for each call costs nothing here, and libcurl 7.88 fails to reuse an
    // HTTP/2 one.
    CurlPerformer performer(loop_);
    const auto handle = make_curl_handle();
    auto* curl = handle.get();
    Answer answer;
    const auto body = framed(request);
    CurlList headers;
    append_line(headers, "Content-Type: application/grpc");
    append_line(headers, "TE: trailers");
    append_line(headers, "Grpc-Timeout: " + std::to_string(deadline.count()) + "m");
    append_line(headers, "Expect:");
    prepare(curl, socket_, method, answer);
    set_option(curl, CURLOPT_HTTPHEADER, headers.get());
    set_option(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
    set_option(curl, CURLOPT_POSTFIELDS, body.c_str());
    set_option(curl, CURLOPT_TIMEOUT_MS, static_cast<long>((deadline + margin).count()));
    const auto code = performer.perform(curl);
    if (code != CURLE_OK) {
        throw no_answer(curl, code, socket_, deadline);
    }
    return message_of(answer);
}

} // namespace k8s_node::cri
