#include "loop/worker.hpp"

#include <utility>

#include "support/event_descriptor.hpp"

namespace k8s_node {

Worker::Worker(EventLoop& loop, Work work)
    : loop_(loop), end_(make_event()), heard_(loop.on_readable(end_.get(),
                                                               [this] {
                                                                   heard_.reset();
                                                                   thread_.join();
                                                               })),
      thread_([this, work = std::move(work)](const std::stop_token& stop) {
          try {
              work(stop);
          } catch (...) {
              failure_ = std::current_exception(); // read after the join
          }
          raise_event(end_.get());
      }),
      ending_(loop.end(), [this] { thread_.request_stop(); }) {}

void Worker::finish() {
    if (!has_ended()) {
        loop_.run_until([this] { return has_ended(); });
    }
    if (failure_) {
        loop_.throw_if_to_end(); // the work may have heard of the signal first
        std::rethrow_exception(std::exchange(failure_, nullptr));
    }
}

void run_in_worker(EventLoop& loop, Worker::Work work) {
    Worker(loop, std::move(work)).finish();
}

} // namespace k8s_node
