#include "store/parallel.hpp"

#include <algorithm>
#include <list>

#include "loop/background.hpp"
#include "support/interrupt.hpp"

namespace k8s_node {

std::vector<Error> run_parallel(EventLoop& loop, std::size_t count, unsigned parallel,
                                const std::function<void(std::size_t)>& job) {
    std::vector<Error> errors;
    std::size_t next = 0;
    const auto work = [&] {
        while (next < count && errors.empty()) {
            try {
                job(next++);
            } catch (const Interrupted&) {
                throw;
            } catch (const Cancelled&) {
                throw;
            } catch (const Error& error) {
                errors.push_back(error);
            } catch (const std::exception& error) {
                errors.emplace_back(error.what());
            }
        }
    };
    {
        std::list<Background> workers;
        for (std::size_t i = 0; i < std::min<std::size_t>(count, std::max(parallel, 1U)); ++i) {
            workers.emplace_back(loop, work);
        }
        for (auto& each : workers) {
            loop.run_until([&] { return each.has_ended() || !errors.empty(); });
            if (!errors.empty()) {
                break;
            }
            each.finish();
        }
    }
    return errors;
}

} // namespace k8s_node
