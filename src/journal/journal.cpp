#include "journal/journal.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <poll.h>
#include <string_view>
#include <sys/socket.h>
#include <sys/un.h>

#include <fmt/format.h>
#include <systemd/sd-id128.h>
#include <systemd/sd-journal.h>

#include "journal/go_log.hpp"
#include "support/handle.hpp"
#include "support/interrupt.hpp"

namespace k8s_node {

namespace {

using Journal = CHandle<sd_journal, sd_journal_close>;

constexpr std::size_t longest_line = 1000;
/// The number of messages to search backwards for lines that are worth showing.
constexpr std::size_t most_messages = 5000;
constexpr std::string_view journald_socket = "/run/systemd/journal/io.systemd.journal";
constexpr int longest_sync_ms = 2000;

/// Asks journald (by varlink) to write all messages that were sent to it. A service's last
/// messages would otherwise often come too late. Best effort.
void synchronize() {
    // The terminating zero ends a varlink message.
    static constexpr char call[] = R"({"method":"io.systemd.Journal.Synchronize"})";
    const UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    journald_socket.copy(static_cast<char*>(address.sun_path), journald_socket.size());
    if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) < 0 ||
        ::send(fd.get(), static_cast<const char*>(call), sizeof call, MSG_NOSIGNAL) < 0) {
        return;
    }
    std::array<pollfd, 2> waits{{{fd.get(), POLLIN, 0}, {interrupt_fd(), POLLIN, 0}}};
    static_cast<void>(::poll(waits.data(), waits.size(), longest_sync_ms));
    throw_if_interrupted();
}

void match(sd_journal* journal, std::string_view field, std::string_view value) {
    const auto text = fmt::format("{}={}", field, value);
    sd_journal_add_match(journal, text.data(), text.size());
}

/// Like journalctl -u, matches messages of the unit or of PID 1 about it; all matches of one term
/// are ANDed.
void match_unit(sd_journal* journal, const std::string& unit, sd_id128_t boot) {
    match(journal, "_SYSTEMD_UNIT", unit);
    sd_journal_add_disjunction(journal);
    match(journal, "_PID", "1");
    match(journal, "UNIT", unit);
    sd_journal_add_conjunction(journal);
    char text[SD_ID128_STRING_MAX];
    match(journal, "_BOOT_ID", sd_id128_to_string(boot, text));
}

std::string_view field_of(sd_journal* journal, std::string_view name) {
    const void* data = nullptr;
    std::size_t size = 0;
    if (sd_journal_get_data(journal, std::string(name).c_str(), &data, &size) < 0) {
        return {};
    }
    std::string_view text(static_cast<const char*>(data), size);
    text.remove_prefix(std::min(text.size(), name.size() + 1));
    return text;
}

bool is_before(sd_journal* journal, std::uint64_t since_us) {
    std::uint64_t time_us = 0;
    sd_id128_t boot{};
    return sd_journal_get_monotonic_usec(journal, &time_us, &boot) >= 0 && time_us < since_us;
}

bool is_of_other_start(sd_journal* journal, std::string_view invocation_id) {
    // PID 1 has its own invocation; the invocation that it names for the unit counts first.
    auto mark = field_of(journal, "INVOCATION_ID");
    if (mark.empty()) {
        mark = field_of(journal, "_SYSTEMD_INVOCATION_ID");
    }
    return !mark.empty() && !invocation_id.empty() && mark != invocation_id;
}

/// Reads beyond the requested number of lines only to find the one that gives the reason.
JournalExcerpt read_backwards(sd_journal* journal, const JournalQuery& query) {
    JournalExcerpt excerpt;
    FailureReason reason;
    for (std::size_t seen = 0; seen < most_messages; ++seen) {
        throw_if_interrupted(); // a large journal on a slow disk
        const bool is_full = excerpt.lines.size() >= query.count;
        if ((is_full && reason.is_found()) || sd_journal_previous(journal) <= 0 ||
            is_before(journal, query.since_us)) {
            break;
        }
        if (is_of_other_start(journal, query.invocation_id)) {
            continue;
        }
        // The data of a field is valid only until the next one is read.
        const std::string identifier(field_of(journal, "SYSLOG_IDENTIFIER"));
        const auto message = field_of(journal, "MESSAGE");
        reason.see(message);
        if (!is_full && !is_go_stack_line(message) && !is_usage_line(message)) {
            excerpt.lines.push_back(printable_line(identifier, message));
        }
    }
    std::reverse(excerpt.lines.begin(), excerpt.lines.end());
    excerpt.reason = printable_line("", reason.text());
    return excerpt;
}

} // namespace

JournalExcerpt read_journal(const JournalQuery& query) {
    synchronize();
    sd_journal* opened = nullptr;
    sd_id128_t boot{};
    if (sd_id128_get_boot(&boot) < 0 ||
        sd_journal_open(&opened, SD_JOURNAL_LOCAL_ONLY | SD_JOURNAL_SYSTEM) < 0) {
        return {};
    }
    const Journal journal(opened);
    match_unit(opened, query.unit, boot);
    if (sd_journal_seek_tail(opened) < 0) {
        return {};
    }
    return read_backwards(opened, query);
}

std::string printable_line(std::string_view identifier, std::string_view message) {
    std::string line = identifier.empty() ? "" : fmt::format("{}: ", identifier);
    const bool is_long = message.size() > longest_line;
    for (const char c : message.substr(0, longest_line)) {
        const auto byte = static_cast<unsigned char>(c);
        line += byte < 0x20 || byte == 0x7f ? ' ' : c;
    }
    return is_long ? line + "…" : line;
}

} // namespace k8s_node
