#include "kept_tree.hpp"

#include <algorithm>

#include "support/error.hpp"
#include "wanted_tree.hpp"

namespace k8s_node::demo {

namespace fs = std::filesystem;

KeptTree::KeptTree(EventLoop& loop, fs::path root)
    : loop_(loop), root_(std::move(root)), changes_(loop, [this] { converge(); }) {}

/// Before each look, so that no change falls between the two.
void KeptTree::watch() {
    changes_.watch(root_);
    for (const auto& item : wanted_tree()) {
        if (item.kind == ItemKind::directory) {
            changes_.watch(root_ / item.path);
        }
    }
}

void KeptTree::converge() {
    try {
        watch();
        for (const auto& item : wanted_tree()) {
            if (demo::is_converged(root_, item)) {
                continue;
            }
            mend(root_, item);
            ++mended_;
            watch(); // a directory may be another one now
        }
    } catch (const std::exception&) {
        again_ = loop_.after(std::chrono::milliseconds(1), [this] { converge(); });
    }
}

bool KeptTree::is_converged() const {
    return std::ranges::all_of(wanted_tree(),
                               [&](const Item& item) { return demo::is_converged(root_, item); });
}

} // namespace k8s_node::demo
