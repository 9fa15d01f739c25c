#include "liveness/restarter.hpp"

#include <csignal>

#include "loop/check.hpp"

namespace k8s_node::liveness {

namespace {

/// A process that is gone already is as good as a killed one; whoever is not is asked again.
int ignore_reply(sd_bus_message* /*reply*/, void* /*unused*/, sd_bus_error* /*error*/) noexcept {
    return 0;
}

/// Time to write where it stood.
constexpr std::chrono::seconds patience{3};

} // namespace

void Restarter::kill(const std::string& unit, int signal) const {
    check(sd_bus_call_method_async(bus_.get(), nullptr, systemd_service, manager_path,
                                   manager_interface, "KillUnit", &ignore_reply, nullptr, "ssi",
                                   unit.c_str(), "main", signal),
          "send a signal to " + unit);
}

void Restarter::start(const std::string& unit) const {
    check(sd_bus_call_method_async(bus_.get(), nullptr, systemd_service, manager_path,
                                   manager_interface, "StartUnit", &ignore_reply, nullptr, "ss",
                                   unit.c_str(), "fail"),
          "start " + unit);
}

void Restarter::restart(const UnitCondition& unit) {
    auto& restart = busy_[unit.unit];
    restart.entered_us = unit.entered_us;
    restart.begun = EventLoop::Clock::now();
    kill(unit.unit, SIGABRT);
    kill(unit.unit, SIGCONT);
    restart.patience =
        bus_.loop().after(patience, [this, name = unit.unit] { kill(name, SIGKILL); });
}

void Restarter::changed(const UnitCondition& unit) {
    const auto found = busy_.find(unit.unit);
    if (found == busy_.end() || unit.entered_us == found->second.entered_us) {
        return;
    }
    if (unit.sub != "running") {
        found->second.patience.reset(); // the main process is gone
    }
    if (unit.active == "failed") {
        start(unit.unit); // without Restart=
    } else if (unit.active == "active") {
        using std::chrono::milliseconds;
        const auto took =
            std::chrono::duration_cast<milliseconds>(EventLoop::Clock::now() - found->second.begun);
        const auto name = unit.unit;
        busy_.erase(found);
        back_(name, took);
    }
}

} // namespace k8s_node::liveness
