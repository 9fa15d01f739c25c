#include "journal/records.hpp"

#include <fmt/format.h>
#include <systemd/sd-journal.h>

#include "support/handle.hpp"
#include "support/interrupt.hpp"

namespace k8s_node {

namespace {

using Journal = CHandle<sd_journal, sd_journal_close>;

void add_field(JournalRecord& record, sd_journal* journal, const std::string& name) {
    const void* data = nullptr;
    std::size_t size = 0;
    if (sd_journal_get_data(journal, name.c_str(), &data, &size) >= 0 && size > name.size()) {
        record.fields[name] =
            std::string(static_cast<const char*>(data), size).substr(name.size() + 1);
    }
}

JournalRecord record_at(sd_journal* journal, const RecordQuery& query) {
    JournalRecord record;
    std::uint64_t time_us = 0;
    if (sd_journal_get_realtime_usec(journal, &time_us) >= 0) {
        record.time = SystemMicroseconds(std::chrono::microseconds(time_us));
    }
    add_field(record, journal, "MESSAGE_ID");
    add_field(record, journal, "MESSAGE");
    for (const auto& name : query.fields) {
        add_field(record, journal, name);
    }
    return record;
}

} // namespace

std::vector<JournalRecord> read_records(const RecordQuery& query) {
    sd_journal* opened = nullptr;
    if (sd_journal_open(&opened, SD_JOURNAL_LOCAL_ONLY | SD_JOURNAL_SYSTEM) < 0) {
        return {};
    }
    const Journal journal(opened);
    for (const auto& id : query.message_ids) {
        const auto match = fmt::format("MESSAGE_ID={}", id); // matches of one field are ORed
        sd_journal_add_match(opened, match.data(), match.size());
    }
    const auto since = query.since.time_since_epoch().count();
    if (sd_journal_seek_realtime_usec(opened, static_cast<std::uint64_t>(since < 0 ? 0 : since)) <
        0) {
        return {};
    }
    std::vector<JournalRecord> records;
    while (records.size() < query.most && sd_journal_next(opened) > 0) {
        throw_if_interrupted();
        records.push_back(record_at(opened, query));
    }
    return records;
}

} // namespace k8s_node
