#include "recovery/recovery.hpp"

#include <algorithm>
#include <filesystem>
#include <list>

#include "cluster_resources/node_resource.hpp"
#include "etcd/etcd.hpp"
#include "etcd/etcd_cluster.hpp"
#include "etcd/member_note.hpp"
#include "health/wait.hpp"
#include "loop/background.hpp"
#include "recovery/forced_start.hpp"
#include "recovery/member_data.hpp"
#include "support/messages.hpp"
#include "support/text.hpp"
#include "systemd/unit_failure.hpp"
#include "unit_resources/unit_jobs.hpp"

namespace k8s_node {

namespace fs = std::filesystem;

namespace {

using namespace std::chrono_literals;

constexpr const char* phase = "recover";
constexpr const char* target = "k8s-node.target";
/// For units that ran all the time, once the API server is back.
constexpr auto probe_deadline = 2min;
/// etcd changes no members until those that it has were connected for five seconds.
constexpr auto removal_deadline = 30s;
constexpr auto pause = 250ms;

class Recovery {
public:
    Recovery(const RecoveryOutlook& outlook, const Generation& current, System& system)
        : state_(outlook.state), is_continued_(outlook.continues), name_(outlook.member),
          provided_(current.manifest.provided), etcd_(*provided_.etcd), current_(current),
          system_(system) {}

    Member run() {
        if (state_.step == RecoveryStep::begun) {
            prepare();
        }
        if (state_.step == RecoveryStep::making) {
            make();
        }
        auto own = read_back();
        start_everything();
        forget_recovery(system_.root);
        return own;
    }

private:
    void tell(Priority priority, const std::string& message, const char* id = "") {
        report(system_, priority, phase, etcd_.unit, message, id);
    }

    void reach(RecoveryStep step) {
        state_.step = step;
        write_recovery_state(system_.root, state_);
    }

    /// The member's own data stay as they are.
    void prepare() {
        reach(RecoveryStep::begun);
        stop_users_of_etcd();
        copy_member_data(etcd_, system_.root, system_.root.at(state_.copy), system_.loop);
        if (path_exists(system_.root.at(state_.copy))) {
            tell(Priority::notice, "the data of etcd as they are were copied to " + state_.copy);
        }
        if (!state_.snapshot.empty()) {
            restore();
        }
        reach(RecoveryStep::making);
    }

    /// What clients may know is at most what the present data have.
    [[nodiscard]] std::int64_t newest_revision() {
        const auto database = system_.root.at(state_.copy) / "member/snap/db";
        try {
            return path_exists(database) ? read_snapshot(etcd_, database, system_.loop).revision
                                         : 0;
        } catch (const Error& error) {
            tell(Priority::notice, "the newest revision is not known: " + error.message());
            return 0;
        }
    }

    void restore() {
        const auto to = restored_data(etcd_, system_.root);
        fs::remove_all(to);
        const auto revision = read_snapshot(etcd_, state_.snapshot, system_.loop).revision;
        const auto bump = bump_beyond(newest_revision(), revision);
        restore_snapshot(etcd_, state_.snapshot, to, bump,
                         "k8s-node-" + fs::path(state_.copy).filename().string(), system_.loop);
        tell(Priority::info, "the snapshot of revision " + std::to_string(revision) +
                                 " was restored, as revision " + std::to_string(revision + bump));
    }

    void make() {
        if (!state_.snapshot.empty()) {
            stop_users_of_etcd();
            use_restored_data(etcd_, system_.root);
            forget_others();
        } else if (!is_continued_ || !is_made()) {
            force();
        }
        remove_forcing_drop_in(etcd_.unit, system_.root);
        system_.services->reload();
        run_jobs_alone({{JobKind::restart, etcd_.unit}});
        remove_those_that_are_left();
        reach(RecoveryStep::starting);
        tell(Priority::notice, "etcd is a cluster of one member, " + name_,
             message::etcd_recovered);
    }

    void force() {
        stop_users_of_etcd();
        write_forcing_drop_in(etcd_.unit, system_.root);
        system_.services->reload();
        tell(Priority::notice, etcd_.unit + " is started as the only member of its cluster");
        run_jobs_alone({{JobKind::start, etcd_.unit}});
    }

    /// A machine may have joined since: a second forced start would drop it.
    [[nodiscard]] bool is_made() {
        try {
            const auto members = cluster(etcd_life_time).list_members();
            const bool names_are_known =
                std::ranges::none_of(state_.dropped, [](const auto& each) { return each.id == 0; });
            return left_of(members).empty() &&
                   ((names_are_known && !state_.dropped.empty()) || members.size() == 1);
        } catch (const Error&) {
            return false;
        }
    }

    [[nodiscard]] EtcdCluster cluster(std::chrono::milliseconds time = EtcdCluster::patience) {
        const auto credentials = cluster::etcd_credentials(etcd_, system_.root);
        return EtcdCluster(etcd_connector(credentials, system_.loop), {credentials.server}, time);
    }

    /// Returns the dropped ones that are still members.
    [[nodiscard]] std::vector<Member> left_of(const std::vector<Member>& members) const {
        std::vector<Member> left;
        std::ranges::copy_if(members, std::back_inserter(left), [&](const Member& member) {
            return std::ranges::any_of(state_.dropped,
                                       [&](const auto& each) { return each.id == member.id; });
        });
        return left;
    }

    /// A forced start keeps learners that were in the member's last snapshot of the raft log (etcd
    /// v3.6, server/storage/util.go, GetEffectiveNodeIDsFromWALEntries).
    void remove_those_that_are_left() {
        auto here = cluster();
        for (const auto& member : left_of(here.list_members())) {
            remove(here, member);
        }
    }

    void remove(EtcdCluster& here, const Member& member) {
        const auto deadline = EventLoop::Clock::now() + removal_deadline;
        for (;; system_.loop.pause_until(EventLoop::Clock::now() + pause)) {
            try {
                here.remove_member(member.id);
                return;
            } catch (const cluster::EtcdError& refusal) {
                if (!refusal.is_unsettled() || EventLoop::Clock::now() >= deadline) {
                    throw;
                }
            }
        }
    }

    /// Its next start must not ask members of the former cluster.
    void forget_others() {
        const auto path = system_.root.at(paths::etcd_member_note);
        if (auto note = read_member_note(path)) {
            note->peers.clear();
            note->is_entering = false;
            write_member_note(path, *note);
        }
    }

    /// From a list that only a majority can give.
    Member read_back() {
        const auto members = cluster().list_members();
        const auto* own = find_member(members, name_);
        if (own == nullptr || own->is_learner || !left_of(members).empty()) {
            std::vector<std::string> listed;
            std::ranges::transform(members, std::back_inserter(listed), member_text);
            throw Error("the recovery of etcd did not make " + name_ +
                        " its only member: " + join(listed, ", "))
                .try_this("repeat it; journalctl -u " + etcd_.unit +
                          "; the data as they were are "
                          "in " +
                          state_.copy);
        }
        return *own;
    }

    /// With what knows newer versions of objects than there may be afterwards.
    [[nodiscard]] std::vector<std::string> users_of_etcd() const {
        std::vector<std::string> units;
        if (provided_.kubelet) {
            units.push_back(provided_.kubelet->unit);
        }
        units.insert(units.end(), provided_.node_agents.begin(), provided_.node_agents.end());
        units.insert(units.end(), provided_.controllers.begin(), provided_.controllers.end());
        if (provided_.api_server) {
            units.push_back(provided_.api_server->unit);
        }
        units.push_back(etcd_.unit);
        return units;
    }

    void stop_users_of_etcd() {
        std::vector<UnitJob> jobs;
        for (const auto& unit : users_of_etcd()) {
            jobs.push_back({JobKind::stop, unit});
        }
        run_jobs_alone(jobs);
    }

    /// Other units may fail meanwhile, since they miss the API server.
    void run_jobs_alone(const std::vector<UnitJob>& jobs) {
        for (const auto& job : jobs) {
            system_.services->reset_failed(job.unit);
        }
        UnitProgress progress(system_);
        throw_on_failure(system_.services->run(jobs, {}, progress));
    }

    void start_everything() {
        std::vector<UnitJob> jobs;
        for (const auto& unit : current_.manifest.units) {
            if (unit.in_target) {
                jobs.push_back({JobKind::start, unit.name});
            }
        }
        jobs.push_back({JobKind::start, target});
        run_jobs_alone(jobs);
        probe_everything();
        if (!current_.manifest.cluster.node_kubeconfig.empty()) {
            apply_node(current_, system_);
        }
    }

    /// Those that ran meanwhile have been ready before, which says nothing about now.
    void probe_everything() {
        std::list<Background> probes;
        for (const auto& unit : current_.manifest.units) {
            if (unit.ready && unit.in_target) {
                probes.emplace_back(system_.loop, [this, &unit] { await(unit); });
            }
        }
        for (auto& each : probes) {
            each.finish();
        }
    }

    void await(const UnitEntry& unit) {
        const auto prober = make_async_prober(*unit.ready, system_.loop);
        wait_until_ready(system_.loop, *prober, *unit.ready, probe_deadline,
                         [&](const WaitStatus& status) {
                             if (!status.reason.empty()) {
                                 report(system_, Priority::notice, phase, unit.name,
                                        unit.name + " is not ready yet: " + status.reason);
                             }
                         });
    }

    RecoveryState state_;
    bool is_continued_;
    const std::string& name_;
    const Provided& provided_;
    const EtcdMember& etcd_;
    const Generation& current_;
    System& system_;
};

} // namespace

Member recover_etcd(const RecoveryOutlook& outlook, const Generation& current, System& system) {
    return Recovery(outlook, current, system).run();
}

} // namespace k8s_node
