// Signals that an event loop takes instead of their handlers.
#pragma once

#include <csignal>
#include <initializer_list>

namespace k8s_node {

/// Blocks signals in the calling thread, and in those that it starts, while it lives. A signal
/// that another thread does not block has its default action there: create this first.
class SignalBlock {
public:
    explicit SignalBlock(std::initializer_list<int> signals);
    SignalBlock(const SignalBlock&) = delete;
    SignalBlock& operator=(const SignalBlock&) = delete;
    SignalBlock(SignalBlock&&) = delete;
    SignalBlock& operator=(SignalBlock&&) = delete;
    ~SignalBlock();

private:
    sigset_t before_{};
};

} // namespace k8s_node
