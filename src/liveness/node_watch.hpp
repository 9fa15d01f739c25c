// Watches the services of the current generation, round by round.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "liveness/judge.hpp"
#include "liveness/live_prober.hpp"
#include "liveness/metrics_server.hpp"
#include "liveness/restarter.hpp"
#include "model/manifest.hpp"
#include "support/log.hpp"
#include "systemd/bus.hpp"
#include "systemd/unit_follower.hpp"

namespace k8s_node::liveness {

struct WatchOptions {
    std::chrono::milliseconds interval{10'000};
    Rules rules{};
    std::uint16_t metrics_port = 0; ///< 0: none
};

/// The generation that this boot runs, as far as it is watched.
struct WatchedGeneration {
    std::string directory; ///< without symbolic links; empty if there is none
    Manifest manifest{};
};

/// Throws Error for a manifest that cannot be read.
[[nodiscard]] WatchedGeneration read_watched_generation();

/// Asks all services of a generation every interval, all at one time, and does what a Judge says.
/// Stops the loop when another generation has become the current one.
class NodeWatch {
public:
    /// Waits in `loop` for systemd. `events` and `loop` must outlive it. Throws Error.
    NodeWatch(EventLoop& loop, const WatchOptions& options, const WatchedGeneration& generation,
              EventSink& events);

private:
    struct Watched {
        Watched(EventLoop& loop, const UnitEntry& unit) : entry(unit), prober(loop, *unit.live) {}

        UnitEntry entry;
        LiveProber prober;
        std::optional<UnitCondition> condition{};       ///< now
        std::optional<UnitCondition> condition_asked{}; ///< when it was asked; nullopt: it was not
        Attempt attempt{};
        std::chrono::milliseconds took{0};
    };
    using Clock = EventLoop::Clock;

    void changed(const UnitCondition& condition);
    void begin_round();
    void answered(Watched& watched, const Attempt& attempt, std::chrono::milliseconds took);
    void end_round();
    [[nodiscard]] Seen seen(const Watched& watched) const;
    void act(const Verdict& verdict);
    void tell(const Verdict& verdict);
    void tell_state();
    void write_down() const;

    EventLoop& loop_;
    WatchOptions options_;
    std::string directory_;
    EventSink& events_;
    Bus bus_;
    Judge judge_;
    Restarter restarter_;
    std::vector<std::unique_ptr<Watched>> watched_;
    std::unique_ptr<UnitFollower> follower_;
    std::unique_ptr<MetricsServer> metrics_;
    std::uint64_t rounds_ = 0;
    std::size_t unanswered_ = 0;
    bool change_ = false; ///< in this round
    std::chrono::milliseconds late_{0};
    Clock::time_point due_{};
    Clock::time_point begun_{};
    std::string state_;
    EventSource next_;
};

} // namespace k8s_node::liveness
