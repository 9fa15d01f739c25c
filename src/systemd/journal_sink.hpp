// Events as structured records of the journal.
#pragma once

#include <string>
#include <vector>

#include "support/log.hpp"

namespace k8s_node {

/// The fields of an event's record, each "NAME=value". Fields whose names the
/// journal would refuse are left out.
[[nodiscard]] std::vector<std::string> journal_fields(const Event& event);

class JournalSink final : public EventSink {
public:
    void report(const Event& event) noexcept override;
};

} // namespace k8s_node
