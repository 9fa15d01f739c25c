// A collection that a service follows, and whether there is news of it.
#pragma once

#include <functional>
#include <string>

#include "watch/list_watch.hpp"

namespace k8s_node::watch {

/// A ListWatch that keeps what every service asks of it before it decides anything.
class Followed {
public:
    /// Called by the loop; must not destroy the Followed.
    struct Observer {
        std::function<void()> begun; ///< a list begins: what was seen before counts no more
        std::function<void(const ListWatch::Json&)> seen; ///< an object as it is now
        std::function<void(const ListWatch::Json&)> gone; ///< an object as it was
        std::function<void()> changed;               ///< all is seen, or there is no news any more
        std::function<void(const std::string&)> log; ///< why there is no news, once for each reason
        std::function<void()> refused;               ///< as ListWatch says it
    };

    /// Begins to list. `connection` must outlive it.
    Followed(ApiConnection& connection, Collection collection, Observer observer);
    Followed(const Followed&) = delete;
    Followed& operator=(const Followed&) = delete;

    /// True if all objects have been seen, and their changes until now.
    [[nodiscard]] bool is_current() const noexcept { return is_current_; }
    /// Returns why there is no news; empty if there is, or while a list goes on after news.
    [[nodiscard]] const std::string& lost() const noexcept { return lost_; }

private:
    [[nodiscard]] ListWatch::Observer list_observer(const std::string& title);
    void lose(const std::string& title, const std::string& why);

    Observer observer_;
    bool is_current_ = false;
    std::string lost_;
    ListWatch watch_;
};

} // namespace k8s_node::watch
