#include "store/parallel.hpp"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>

#include "store/transfer.hpp"
#include "support/interrupt.hpp"

namespace k8s_node {

namespace {

class Run {
public:
    Run(std::size_t count, const std::function<void(std::size_t, std::stop_token)>& job)
        : count_(count), job_(job) {}

    /// Runs jobs until there are none left or a stop is requested.
    void work() {
        for (auto index = next_++; index < count_ && !source_.stop_requested(); index = next_++) {
            try {
                job_(index, source_.get_token());
            } catch (const Cancelled&) {
                return;
            } catch (const Interrupted&) { // whoever asked for the jobs finds that out
                return;
            } catch (const Error& error) {
                fail(error);
            } catch (const std::exception& error) {
                fail(Error(error.what()));
            }
        }
    }

    void stop() { source_.request_stop(); }
    [[nodiscard]] std::vector<Error> errors() && { return std::move(errors_); }

private:
    void fail(const Error& error) {
        {
            const std::lock_guard lock(mutex_);
            errors_.push_back(error);
        }
        stop();
    }

    std::size_t count_;
    const std::function<void(std::size_t, std::stop_token)>& job_;
    std::atomic<std::size_t> next_ = 0;
    std::stop_source source_;
    std::mutex mutex_;
    std::vector<Error> errors_;
};

} // namespace

std::vector<Error> run_parallel(std::size_t count, unsigned parallel, const std::stop_token& stop,
                                const std::function<void(std::size_t, std::stop_token)>& job) {
    Run run(count, job);
    const std::stop_callback from_outside(stop, [&run] { run.stop(); });
    {
        std::vector<std::jthread> workers;
        for (std::size_t i = 0; i < std::min<std::size_t>(count, std::max(parallel, 1U)); ++i) {
            workers.emplace_back([&run] { run.work(); });
        }
    }
    return std::move(run).errors();
}

} // namespace k8s_node
