#include "terminal/answer.hpp"

#include <cerrno>
#include <cstdio>
#include <poll.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "model/diagnostic.hpp"
#include "support/printable.hpp"

namespace k8s_node::cli {

namespace {

using Json = nlohmann::ordered_json;

bool answered = false;

bool reader_has_gone() {
    pollfd output{STDOUT_FILENO, 0, 0};
    return ::poll(&output, 1, 0) == 1 && (output.revents & POLLERR) != 0;
}

Json diagnostics_of(const ConfigurationError& error) {
    auto out = Json::array();
    for (const auto& one : error.diagnostics()) {
        out.push_back({{"file", one.at.source ? Json(one.at.source->name) : Json()},
                       {"line", one.at.line},
                       {"column", one.at.column},
                       {"message", one.message},
                       {"hint", one.hint}});
    }
    return out;
}

} // namespace

void print_json(const Json& document) {
    answered = true;
    std::puts(document.dump(2, ' ', false, nlohmann::json::error_handler_t::replace).c_str());
}

void print_json_error(const Error& error) {
    if (answered) {
        return;
    }
    Json out = {{"message", error.message()},
                {"exitStatus", static_cast<int>(error.status())},
                {"while", error.frames()},
                {"details", error.details()},
                {"hint", error.hint()}};
    if (const auto* placed = dynamic_cast<const ConfigurationError*>(&error)) {
        out["diagnostics"] = diagnostics_of(*placed);
    }
    print_json({{"error", out}});
}

void print_findings(const Findings& findings) {
    for (const auto& finding : findings) {
        std::printf("%s: %s\n", finding.severity == Severity::error ? "Error" : "Warning",
                    printable(finding.text()).c_str());
    }
}

void finish_output() {
    errno = 0;
    if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) {
        return;
    }
    const int error_number = errno;
    if (reader_has_gone()) {
        return;
    }
    throw error_number == 0 ? Error("write standard output: not all of it could be written")
                            : system_error(error_number, "write standard output");
}

} // namespace k8s_node::cli
