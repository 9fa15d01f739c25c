#include "health/explain.hpp"

#include <cctype>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <unistd.h>
#include <vector>

#include <fmt/format.h>

#include "support/text.hpp"

namespace k8s_node {

namespace {

constexpr std::size_t longest_quote = 200;
constexpr std::size_t most_checks = 4;

/// Quotes a response on one line and printable: it is untrusted text.
std::string quote(std::string_view body) {
    std::string out;
    for (const char c : body) {
        const bool visible = c > ' ' && c != '\x7f';
        if (visible) {
            out += c;
        } else if (!out.empty() && out.back() != ' ') {
            out += ' ';
        }
        if (out.size() > longest_quote) {
            return out.substr(0, longest_quote) + "…";
        }
    }
    return std::string(trim(out));
}

/// "[-]etcd failed: reason withheld" → "[-]etcd failed".
std::vector<std::string> failed_checks(std::string_view body) {
    constexpr std::string_view withheld = ": reason withheld";
    std::vector<std::string> checks;
    for (const auto& line : split_lines(body)) {
        std::string_view check = trim(line);
        if (!check.starts_with("[-]")) {
            continue;
        }
        if (check.ends_with(withheld)) {
            check.remove_suffix(withheld.size());
        }
        checks.push_back(quote(check));
    }
    return checks;
}

std::string explain_status(long status, std::string_view body) {
    auto checks = failed_checks(body);
    if (checks.empty()) {
        const auto text = quote(body);
        return text.empty() ? fmt::format("HTTP {}", status)
                            : fmt::format("HTTP {}: {}", status, text);
    }
    const auto count = checks.size();
    if (count > most_checks) {
        checks.resize(most_checks);
        checks.push_back(fmt::format("{} more", count - most_checks));
    }
    return fmt::format("HTTP {}: {}", status, join(checks, ", "));
}

} // namespace

Attempt judge_answer(const Probe& probe, long status, std::string_view body) {
    if (probe.expected_status != 0 && status != probe.expected_status) {
        return {false, explain_status(status, body)};
    }
    if (body.find(probe.body_contains) == std::string_view::npos) {
        return {false, fmt::format("HTTP {}, but the response does not contain \"{}\": {}", status,
                                   probe.body_contains, quote(body))};
    }
    return {true, {}};
}

std::string explain_errno(int error_number) {
    std::string text = ::strerror(error_number);
    text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
    return text;
}

std::string explain_certificates_file(const std::string& path) {
    namespace fs = std::filesystem;
    if (::access(path.c_str(), R_OK) == 0) {
        return fmt::format("{} contains no certificate", path);
    }
    const int error_number = errno;
    if (error_number != EACCES) {
        return error_number == ENOENT
                   ? fmt::format("{} is missing", path)
                   : fmt::format("{} cannot be read: {}", path, explain_errno(error_number));
    }
    fs::path directory("/");
    for (const auto& part : fs::path(path).parent_path().relative_path()) {
        directory /= part;
        if (::access(directory.c_str(), X_OK) != 0) {
            return fmt::format("{} cannot be read: the mode or owner of directory {} denies access "
                               "to user {}; 'k8s-node-install install' corrects it",
                               path, directory.string(), ::geteuid());
        }
    }
    return fmt::format("{} cannot be read by user {}: its mode or owner", path, ::geteuid());
}

std::string_view without_openssl_prefix(std::string_view message) {
    constexpr std::string_view marker = "routines::";
    const auto at = message.find(marker);
    return at == std::string_view::npos ? message : message.substr(at + marker.size());
}

} // namespace k8s_node
