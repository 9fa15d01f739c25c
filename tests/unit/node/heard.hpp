// Hears the events of a run.
#pragma once

#include <string>
#include <vector>

#include "support/log.hpp"

namespace k8s_node::test {

class Heard final : public EventSink {
public:
    void report(const Event& event) noexcept override { messages.push_back(event.message); }
    std::vector<std::string> messages;
};

} // namespace k8s_node::test
