// The kernel's log, the only one that exists when generators run.
#pragma once

#include <string_view>

#include "support/handle.hpp"
#include "support/log.hpp"

namespace k8s_node::generator {

/// Writes events to /dev/kmsg, or to standard error if that is missing (containers).
class KernelLog final : public EventSink {
public:
    KernelLog();
    void report(const Event& event) noexcept override;

private:
    UniqueFd fd_;
};

/// Writes one record with its priority, "<27>…", to the same place. Safe in a signal handler.
void write_to_kernel_log(std::string_view record) noexcept;

} // namespace k8s_node::generator
