#include "journal/journal_sink.hpp"

#include <algorithm>
#include <cstdlib>
#include <string_view>
#include <sys/stat.h>
#include <sys/uio.h>

#include <fmt/format.h>

// The source location would always be the one in this file.
#define SD_JOURNAL_SUPPRESS_LOCATION
#include <systemd/sd-journal.h>

namespace k8s_node {

namespace {

constexpr std::size_t longest_name = 64;

/// systemd.journal-fields(7); names with a leading underscore are reserved for journald.
bool is_field_name(std::string_view name) {
    return !name.empty() && name.size() <= longest_name && name[0] >= 'A' && name[0] <= 'Z' &&
           std::all_of(name.begin(), name.end(), [](char c) {
               return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
           });
}

} // namespace

std::vector<std::string> journal_fields(const Event& event) {
    std::vector<std::string> fields = {
        fmt::format("MESSAGE={}", event.message),
        fmt::format("PRIORITY={}", static_cast<int>(event.priority)),
        "SYSLOG_IDENTIFIER=k8s-node-install",
    };
    if (!event.message_id.empty()) {
        fields.push_back("MESSAGE_ID=" + event.message_id);
    }
    for (const auto& [name, value] : event.fields) {
        if (is_field_name(name)) {
            fields.push_back(fmt::format("{}={}", name, value));
        }
    }
    return fields;
}

bool is_journal_stream(int fd) {
    const char* stream = std::getenv("JOURNAL_STREAM");
    struct stat status {};
    return stream != nullptr && ::fstat(fd, &status) == 0 &&
           fmt::format("{}:{}", status.st_dev, status.st_ino) == stream;
}

void JournalSink::report(const Event& event) noexcept {
    try {
        auto fields = journal_fields(event);
        std::vector<iovec> parts;
        parts.reserve(fields.size());
        for (auto& field : fields) {
            parts.push_back({field.data(), field.size()});
        }
        static_cast<void>(sd_journal_sendv(parts.data(), static_cast<int>(parts.size())));
    } catch (...) {
        // Out of memory while logging: the event is lost, but the work continues.
        return;
    }
}

} // namespace k8s_node
