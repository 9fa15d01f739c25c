#include "loop/signal_block.hpp"

#include "support/error.hpp"

namespace k8s_node {

SignalBlock::SignalBlock(std::initializer_list<int> signals) {
    sigset_t blocked;
    sigemptyset(&blocked);
    for (const int signal : signals) {
        sigaddset(&blocked, signal);
    }
    if (const int error = ::pthread_sigmask(SIG_BLOCK, &blocked, &before_); error != 0) {
        throw system_error(error, "block signals");
    }
}

SignalBlock::~SignalBlock() {
    ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

} // namespace k8s_node
