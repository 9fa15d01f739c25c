#include "loop/background.hpp"

namespace k8s_node {

Background::Background(EventLoop& loop, std::function<void()> body)
    : loop_(loop), fiber_([this, body = std::move(body)] {
          try {
              body();
          } catch (...) {
              failure_ = std::current_exception();
          }
      }) {
    loop_.resume(*this);
}

Background::~Background() {
    cancel();
    while (!has_ended()) {
        try {
            loop_.run_until([this] { return has_ended(); }, EventLoop::Clock::time_point::max(),
                            AtSignal::go_on);
        } catch (const std::exception&) { // NOLINT(bugprone-empty-catch)
            // A callback failed, and whoever gives this up has an error, or the next wait will.
        }
    }
}

void Background::finish() {
    loop_.run_until([this] { return has_ended(); });
    if (failure_) {
        std::rethrow_exception(std::exchange(failure_, nullptr));
    }
}

} // namespace k8s_node
