// The kernel's log: the only one there is when generators run.
#pragma once

#include "support/handle.hpp"
#include "support/log.hpp"

namespace k8s_node::generator {

/// Writes events to /dev/kmsg, and to standard error where that is missing
/// (containers).
class KernelLog final : public EventSink {
public:
    KernelLog();
    void report(const Event& event) noexcept override;

private:
    UniqueFd fd_;
};

/// Ends this process with exit status 1 and a line in the kernel's log when
/// it takes longer than `seconds`.
void end_after(unsigned seconds);

} // namespace k8s_node::generator
