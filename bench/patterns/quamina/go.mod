module iatk/bench/patterns/quamina

go 1.22

require quamina.net/go/quamina v1.4.0

// The module's own address only points to this one.
replace quamina.net/go/quamina => github.com/timbray/quamina v1.4.0
