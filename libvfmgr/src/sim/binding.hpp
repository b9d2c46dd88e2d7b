// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/units.hpp"

#include "sim/machine.hpp"

#include <string>
#include <string_view>

// Drivers and functions finding each other (drivers/base/bus.c, dd.c; drivers/pci/pci-driver.c).
namespace vfmgr::sim {

/// Whether the driver is there to be bound to: its module is loaded.
bool driver_loaded(const Machine& machine, std::string_view driver);
/// The driver_override of a function; empty: none.
std::string override_of(const Machine& machine, const PciAddress& function);
/// Whether this driver would take the function: by driver_override alone where there is one, else
/// by ids (pci-driver.c:pci_match_device).
bool driver_matches(const Machine& machine, std::string_view driver, const PciAddress& function);
/// device_driver_attach: probes this one driver. 0 or the errno that `bind` gives.
int bind_function(Machine& machine, std::string_view driver, const PciAddress& function);
/// Tells drivers that a VF is used otherwise than before.
void tell_of_use(Machine& machine, const PciAddress& function);
/// What of unbinding a function is done before its driver's remove() is called, which may wait for
/// whoever has it open: its links have gone, its driver has not (dd.c:__device_release_driver).
void begin_unbind(Machine& machine, const PciAddress& function);
/// Takes its driver off a function; nothing happens when it has none.
void unbind_function(Machine& machine, const PciAddress& function);
/// device_attach: the first loaded driver that matches and whose probe works takes the function,
/// in the order of names. Errors of probes stay unseen; 0, or EBUSY where a VM has the group.
int probe_function(Machine& machine, const PciAddress& function);
/// Makes the driver's directory, as its module does when it is loaded.
void register_driver(Machine& machine, std::string_view driver);
/// Takes it away; its functions are unbound first.
void unregister_driver(Machine& machine, std::string_view driver);

/// What is done by writes to the files of drivers. Each returns 0 or an errno.
int write_bind(Machine& machine, std::string_view driver, std::string_view bytes);
int write_unbind(Machine& machine, std::string_view driver, std::string_view bytes);
int write_drivers_probe(Machine& machine, std::string_view bytes);
int write_new_id(Machine& machine, std::string_view driver, std::string_view bytes);
int write_remove_id(Machine& machine, std::string_view driver, std::string_view bytes);

}  // namespace vfmgr::sim
