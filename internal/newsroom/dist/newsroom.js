var o=document.getElementById("toasts");function t(e,n){setTimeout(()=>e.matches(":hover, :focus-within")?t(e,2e3):e.remove(),n)}for(let e of o?.querySelectorAll(".toast")??[])t(e,6e3);
