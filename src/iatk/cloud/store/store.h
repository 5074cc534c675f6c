// Store<T>: what a service keeps, one T for each account and region.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace iatk::cloud {

/// References stay valid for the life of the store, but what a T holds may change whenever the
/// holder's fiber is suspended: look entities up again after a wait.
template <class T>
class Store {
 public:
  /// The T of an account and region, made on first use. Global services pass an empty region.
  T& For(std::string_view account, std::string_view region) {
    const auto account_it = accounts_.find(account);
    Regions& regions =
        account_it != accounts_.end() ? account_it->second : accounts_[std::string(account)];
    const auto region_it = regions.find(region);
    return region_it != regions.end() ? region_it->second : regions[std::string(region)];
  }

  /// Calls `visit(account, region, T&)` for each.
  template <class Visit>
  void ForEach(Visit visit) {
    for (auto& [account, regions] : accounts_) {
      for (auto& [region, state] : regions) visit(account, region, state);
    }
  }

 private:
  using Regions = std::map<std::string, T, std::less<>>;
  std::map<std::string, Regions, std::less<>> accounts_;
};

}  // namespace iatk::cloud
