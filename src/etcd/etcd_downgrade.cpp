#include "etcd/etcd_downgrade.hpp"

#include <algorithm>

#include "cluster/api_error.hpp"
#include "cluster/curl_transport.hpp"
#include "etcd/etcd.hpp"
#include "etcd/etcd_cluster.hpp"
#include "generations/generation_resource.hpp"
#include "support/error.hpp"
#include "support/text.hpp"
#include "support/time.hpp"

namespace k8s_node {

namespace {

using SteadyClock = std::chrono::steady_clock;

/// etcd checks every few seconds whether there is something to do.
constexpr auto downgrade_deadline = std::chrono::seconds(60);
constexpr auto pause = std::chrono::milliseconds(300);

struct EtcdState {
    std::optional<Version> program;
    std::optional<Version> storage;
    bool lowers = false; ///< a downgrade is enabled
};

EtcdState ask_state(cluster::Transport& transport) {
    const auto status =
        cluster::ask_etcd(transport, "/v3/maintenance/status", nlohmann::json::object());
    const auto info = status.value("downgradeInfo", nlohmann::json::object());
    return {parse_version(status.value("version", "")),
            parse_version(status.value("storageVersion", "")), info.value("enabled", false)};
}

bool is_newer_minor(const std::optional<Version>& version, const Version& than) {
    return version && version->major == than.major && version->minor > than.minor;
}

/// True if a member answers and runs no newer minor version than `version`.
bool runs_at_most(const EtcdConnector& connect, const Member& member, const Version& version) {
    try {
        const auto status = EtcdCluster(connect, member.client_urls)
                                .ask("/v3/maintenance/status", nlohmann::json::object());
        const auto runs = parse_version(status.value("version", ""));
        return runs && !is_newer_minor(runs, version);
    } catch (const Error&) {
        return false;
    }
}

void cancel_for(cluster::Transport& transport, Error& error) {
    try {
        if (cancel_downgrade(transport)) {
            error.with_detail("etcd was told to cancel the downgrade");
        }
    } catch (const Error& refusal) {
        error.with_detail("could not cancel the downgrade (etcdctl downgrade cancel): " +
                          refusal.message());
    }
}

} // namespace

std::optional<Version> etcd_to_downgrade_to(const Manifest& current, const Manifest& next) {
    const auto from = etcd_version(current.provided);
    const auto to = etcd_version(next.provided);
    const bool one_down = from && to && from->major == to->major && from->minor == to->minor + 1;
    return one_down ? to : std::nullopt;
}

void downgrade_etcd(EventLoop& loop, cluster::Transport& transport, const Version& to,
                    std::chrono::milliseconds deadline) {
    const auto end = SteadyClock::now() + deadline;
    while (true) {
        const auto state = ask_state(transport);
        if (!is_newer_minor(state.program, to) ||
            (state.lowers && !is_newer_minor(state.storage, to))) {
            return;
        }
        // An etcd that has just started refuses until it has raised the schema of its data.
        if (!state.lowers && is_newer_minor(state.storage, to)) {
            cluster::ask_etcd(transport, "/v3/maintenance/downgrade",
                              {{"action", "ENABLE"}, {"version", to.minor_text()}});
        }
        if (SteadyClock::now() >= end) {
            Error error("etcd has not downgraded its data to " + to.minor_text() + " after " +
                        human_duration(deadline));
            cancel_for(transport, error);
            throw error.try_this(
                "etcdctl endpoint status -w json; every member must run the newer etcd");
        }
        loop.pause_until(SteadyClock::now() + pause);
    }
}

bool cancel_downgrade(cluster::Transport& transport) {
    if (!ask_state(transport).lowers) {
        return false;
    }
    cluster::ask_etcd(transport, "/v3/maintenance/downgrade", {{"action", "CANCEL"}});
    return true;
}

bool has_voter_of(const EtcdConnector& connect, const std::vector<std::string>& urls,
                  const Version& version) {
    try {
        const auto members = EtcdCluster(connect, urls).list_members();
        return std::ranges::any_of(members, [&](const Member& member) {
            return !member.is_learner && runs_at_most(connect, member, version);
        });
    } catch (const Error&) { // the downgrade itself tells what is wrong
        return false;
    }
}

EtcdDowngrade::EtcdDowngrade(const Generation& next, const Generation& current,
                             const System& system)
    : to_(etcd_to_downgrade_to(current.manifest, next.manifest)),
      etcd_(current.manifest.provided.etcd.value_or(EtcdMember{})), system_(system) {}

EtcdDowngrade::~EtcdDowngrade() {
    if (!asked_) {
        return;
    }
    try {
        const auto stays = etcd_version(read_current_generation(system_.root).manifest.provided);
        if (is_newer_minor(stays, *to_)) {
            cancel();
        }
    } catch (const std::exception& error) {
        report(system_, Priority::warning, "units", etcd_.unit,
               "could not cancel etcd's downgrade (etcdctl downgrade cancel): " +
                   std::string(error.what()));
    }
}

/// By an older etcd, which a rollback of one node that was the first to change finds beside it.
bool EtcdDowngrade::is_held_back() const {
    const auto credentials = cluster::etcd_credentials(etcd_, system_.root);
    return has_voter_of(etcd_connector(credentials, system_.loop), {credentials.server}, *to_);
}

void EtcdDowngrade::lower_data() {
    if (!to_ || system_.services == nullptr || is_held_back()) {
        return;
    }
    report(system_, Priority::notice, "units", etcd_.unit,
           "asking etcd to downgrade its data to " + to_->minor_text());
    asked_ = true;
    try {
        cluster::CurlTransport transport(cluster::etcd_credentials(etcd_, system_.root),
                                         system_.loop);
        downgrade_etcd(system_.loop, transport, *to_, downgrade_deadline);
    } catch (const cluster::ConnectionError& error) {
        report(system_, Priority::warning, "units", etcd_.unit,
               "etcd does not answer, so its data are not downgraded and " + to_->minor_text() +
                   " may refuse them: " + error.message());
        return;
    }
    report(system_, Priority::info, "units", etcd_.unit,
           "etcd has downgraded its data to " + to_->minor_text());
}

/// Tried after a signal too, which is what ends most switches early.
void EtcdDowngrade::cancel() const {
    cluster::CurlTransport transport(cluster::etcd_credentials(etcd_, system_.root), system_.loop,
                                     AtSignal::use_the_grace);
    if (cancel_downgrade(transport)) {
        report(system_, Priority::notice, "units", etcd_.unit,
               "etcd is not replaced, and was told to cancel the downgrade");
    }
}

} // namespace k8s_node
