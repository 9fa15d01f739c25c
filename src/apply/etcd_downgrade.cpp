#include "apply/etcd_downgrade.hpp"

#include "cluster/api_error.hpp"
#include "cluster/curl_transport.hpp"
#include "cluster/etcd.hpp"
#include "model/etcd_version.hpp"
#include "support/error.hpp"
#include "support/interrupt.hpp"
#include "support/text.hpp"

namespace k8s_node {

namespace {

using SteadyClock = std::chrono::steady_clock;

/// etcd looks for what is to be done every few seconds.
constexpr auto downgrade_deadline = std::chrono::seconds(60);
constexpr auto pause = std::chrono::milliseconds(300);
constexpr const char* unit = "etcd.service";

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

/// Left as it is, an etcd that was told to lower its data would still do so when
/// nobody waits for it any more.
void cancel_downgrade(cluster::Transport& transport, Error& error) {
    try {
        cluster::ask_etcd(transport, "/v3/maintenance/downgrade", {{"action", "CANCEL"}});
        error.with_detail("etcd was told to cancel the downgrade");
    } catch (const Error& refusal) {
        error.with_detail("could not cancel the downgrade (etcdctl downgrade cancel): " +
                          refusal.message());
    }
}

} // namespace

std::optional<Version> etcd_to_downgrade_to(const Manifest& current, const Manifest& next) {
    const auto from = etcd_version(current);
    const auto to = etcd_version(next);
    const bool one_down = from && to && from->major == to->major && from->minor == to->minor + 1;
    return one_down ? to : std::nullopt;
}

void downgrade_etcd(cluster::Transport& transport, const Version& to,
                    std::chrono::milliseconds deadline) {
    const auto end = SteadyClock::now() + deadline;
    bool asked = false;
    while (true) {
        const auto state = ask_state(transport);
        if (!is_newer_minor(state.program, to) ||
            (state.lowers && !is_newer_minor(state.storage, to))) {
            return;
        }
        // One that has just begun to run refuses until it has raised its data.
        if (!state.lowers && is_newer_minor(state.storage, to)) {
            cluster::ask_etcd(transport, "/v3/maintenance/downgrade",
                              {{"action", "ENABLE"}, {"version", to.minor_text()}});
            asked = true;
        }
        if (SteadyClock::now() >= end) {
            Error error("etcd has not lowered its data to " + to.minor_text() + " after " +
                        human_duration(deadline));
            if (asked || state.lowers) {
                cancel_downgrade(transport, error);
            }
            throw error.try_this(
                "etcdctl endpoint status -w json; every member must run the newer etcd");
        }
        pause_until(SteadyClock::now() + pause); // a signal ends it
    }
}

void prepare_etcd_for(const Generation& next, const Generation& current, const System& system) {
    const auto to = etcd_to_downgrade_to(current.manifest, next.manifest);
    if (!to || system.services == nullptr) {
        return;
    }
    report(system, Priority::notice, "units", unit,
           "etcd is asked to have its data as " + to->minor_text() + " can read them");
    try {
        cluster::CurlTransport transport(cluster::etcd_credentials(system.root));
        downgrade_etcd(transport, *to, downgrade_deadline);
    } catch (const cluster::ConnectionError& error) {
        report(system, Priority::warning, "units", unit,
               "etcd does not answer, so its data stay as they are, which " + to->minor_text() +
                   " may refuse: " + error.message());
        return;
    }
    report(system, Priority::info, "units", unit,
           "etcd's data are as " + to->minor_text() + " can read them");
}

} // namespace k8s_node
