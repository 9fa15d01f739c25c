// Writes events as structured journal records.
#pragma once

#include <string>
#include <vector>

#include "support/log.hpp"

namespace k8s_node {

/// Returns the fields of an event's record, each "NAME=value". Omits fields whose names the
/// journal would refuse.
[[nodiscard]] std::vector<std::string> journal_fields(const Event& event);

/// True if what is written to this descriptor becomes records of the journal,
/// as a service's standard error does: $JOURNAL_STREAM names it (systemd.exec(5)).
[[nodiscard]] bool is_journal_stream(int fd);

class JournalSink final : public EventSink {
public:
    void report(const Event& event) noexcept override;
};

} // namespace k8s_node
